import type { Label } from '../../../shared/github/labels.js'

/** Of the issue that calls the operators. */
export const overdueLabel: Label = 'deploy-overdue'
