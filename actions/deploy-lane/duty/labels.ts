/** Of the issue that calls the operators. */
export const overdueLabel = 'deploy-overdue'
