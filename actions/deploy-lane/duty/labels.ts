/** The gate App puts it on a bump's pull request when nothing is left to tell: it is never looked at again. */
export const doneLabel = 'deploy-done'

/** Of the issue that calls the operators. */
export const overdueLabel = 'deploy-overdue'
