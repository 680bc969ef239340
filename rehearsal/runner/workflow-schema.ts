import { readFileSync } from 'node:fs'
import { JSONObjectReader } from '@actions/workflow-parser/templates/json-object-reader'
import { TemplateSchema } from '@actions/workflow-parser/templates/schema/template-schema'
import { TemplateContext, TemplateValidationErrors } from '@actions/workflow-parser/templates/template-context'
import { readTemplate } from '@actions/workflow-parser/templates/template-reader'
import { NoOperationTraceWriter } from '@actions/workflow-parser/templates/trace-writer'
import { WORKFLOW_ROOT } from '@actions/workflow-parser/workflows/workflow-constants'
import { YamlObjectReader } from '@actions/workflow-parser/workflows/yaml-object-reader'

const schemaFile = new URL(
  '../workflow-v1.0.min.json',
  import.meta.resolve('@actions/workflow-parser/workflows/workflow-constants'),
)
// Once: it takes as long as a hundred workflow files.
const schema = TemplateSchema.load(new JSONObjectReader(undefined, readFileSync(schemaFile, 'utf8')))

/**
 * Everything that GitHub's own schema finds wrong with a workflow file; nothing for a good one.
 *
 * These are the parts of the package's `parseWorkflow`, which plain Node cannot load: it imports JSON without saying so.
 */
export function schemaErrors(path: string, content: string): string[] {
  const context = new TemplateContext(new TemplateValidationErrors(), schema, new NoOperationTraceWriter())
  const file = context.getFileId(path)
  const reader = new YamlObjectReader(file, content)
  if (reader.errors.length > 0) return reader.errors.map(({ message }) => `${path}: ${message}`)
  readTemplate(context, WORKFLOW_ROOT, reader, file)
  return context.errors.getErrors().map(({ message }) => message)
}
