import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import type { ExpressionData } from '@actions/expressions/data/expressiondata'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** What expressions may name: `github`, `needs`, `inputs`, ... A name that is known but absent reads as null. */
export type Contexts = Record<string, Json>

/** What the functions `success()`, `failure()` and `cancelled()` answer. */
export interface StatusFacts {
  success: boolean
  failure: boolean
  cancelled: boolean
}

const contextNames = [
  'github',
  'needs',
  'inputs',
  'vars',
  'secrets',
  'matrix',
  'strategy',
  'env',
  'steps',
  'job',
  'jobs',
  'runner',
]
const statusNames = ['success', 'failure', 'cancelled', 'always']
const statusInfo = statusNames.map((name) => ({ name, minArgs: 0, maxArgs: 0 }))

/** Of an expression without `${{ }}`. @throws where GitHub would refuse it. */
export function evaluateExpression(expression: string, contexts: Contexts, status?: StatusFacts): Json {
  return fromData(evaluateToData(expression, contexts, status))
}

/** Text with any number of `${{ }}` in it, as text. */
export function interpolateText(template: string, contexts: Contexts): string {
  return split(template)
    .map((part) => (part.expression ? evaluateToData(part.text, contexts).coerceString() : part.text))
    .join('')
}

/** A value of a workflow file with every expression in it evaluated; one that is nothing but an expression keeps its type. */
export function resolveValue(value: Json, contexts: Contexts): Json {
  if (typeof value === 'string') {
    const parts = split(value.trim())
    const [only] = parts
    return parts.length === 1 && only?.expression
      ? evaluateExpression(only.text, contexts)
      : interpolateText(value, contexts)
  }
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, contexts))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveValue(item, contexts)]))
}

/** An `if:`; one that asks for no status means `success() && ...`, and a missing one `success()`. */
export function evaluateCondition(text: string | undefined, contexts: Contexts, status: StatusFacts): boolean {
  const expression = (text ?? '').trim().replace(/^\$\{\{([\s\S]*)\}\}$/, '$1') || 'success()'
  if (!asksForStatus(expression) && !status.success) return false
  const value = evaluateExpression(expression, contexts, status)
  return !(value === null || value === false || value === '' || value === 0)
}

/** Replaces whole context accesses, such as `needs` or `github.triggering_actor`, in every expression of a text. */
export function renameContexts(template: string, names: Record<string, string>): string {
  return split(template)
    .map((part) => (part.expression ? `\${{${renameInExpression(part.text, names)}}}` : part.text))
    .join('')
}

/** The same for an expression without `${{ }}`. */
export function renameInExpression(expression: string, names: Record<string, string>): string {
  if (expression.includes('${{')) return renameContexts(expression, names)
  const lines = expression.split('\n')
  const starts = lines.map((_, index) => lines.slice(0, index).reduce((sum, line) => sum + line.length + 1, 0))
  const { tokens } = new Lexer(expression).lex()
  let renamed = ''
  let at = 0
  tokens.forEach((token, index) => {
    const [dot, property] = [tokens[index + 1], tokens[index + 2]]
    const isProperty = tokens[index - 1]?.lexeme === '.'
    if (!/^[a-z_][\w-]*$/i.test(token.lexeme) || isProperty || dot?.lexeme === '(') return
    const pair = dot?.lexeme === '.' && property ? `${token.lexeme}.${property.lexeme}`.toLowerCase() : ''
    const whole = names[pair] ?? names[token.lexeme.toLowerCase()]
    if (whole === undefined) return
    const from = (starts[token.range.start.line] ?? 0) + token.range.start.column
    const last = names[pair] !== undefined && property ? property : token
    renamed += expression.slice(at, from) + whole
    at = (starts[last.range.start.line] ?? 0) + last.range.start.column + last.lexeme.length
  })
  return renamed + expression.slice(at)
}

function asksForStatus(expression: string): boolean {
  const { tokens } = new Lexer(expression).lex()
  return tokens.some(
    (token, index) => statusNames.includes(token.lexeme.toLowerCase()) && tokens[index + 1]?.lexeme === '(',
  )
}

function evaluateToData(expression: string, contexts: Contexts, status?: StatusFacts): ExpressionData {
  const { tokens } = new Lexer(expression).lex()
  const tree = new Parser(tokens, contextNames, statusInfo).parse()
  const known = new data.Dictionary()
  for (const name of contextNames) known.add(name, toData(contexts[name] ?? null))
  return new Evaluator(tree, known, statusFunctions(expression, status)).evaluate()
}

function statusFunctions(expression: string, status: StatusFacts | undefined): Map<string, FunctionDefinition> {
  const answer = (name: string): boolean => {
    if (!status) throw new Error(`${name}() may be used in "if" only: ${expression}`)
    return name === 'always' || status[name as keyof StatusFacts]
  }
  return new Map(
    statusInfo.map((info) => [info.name, { ...info, call: () => new data.BooleanData(answer(info.name)) }]),
  )
}

const toData = (value: Json): ExpressionData => JSON.parse(JSON.stringify(value), data.reviver) as ExpressionData
const fromData = (value: ExpressionData): Json => JSON.parse(JSON.stringify(value, data.replacer)) as Json

/** Cuts a text at its `${{ }}`; a `}}` inside a quoted string does not end one. */
function split(template: string): { expression: boolean; text: string }[] {
  const parts: { expression: boolean; text: string }[] = []
  const pattern = /\$\{\{((?:'(?:[^']|'')*'|[^'])*?)\}\}/g
  let at = 0
  for (const match of template.matchAll(pattern)) {
    if (match.index > at) parts.push({ expression: false, text: template.slice(at, match.index) })
    parts.push({ expression: true, text: match[1] ?? '' })
    at = match.index + match[0].length
  }
  if (at < template.length) parts.push({ expression: false, text: template.slice(at) })
  return parts
}
