import { launchToken, type Part, type Stream } from '../../../fixtures/binder-server.js'
import { hasRealData, listReal, readReal } from '../../../fixtures/real-data.js'

export interface Recording extends Stream {
  name: string
  path: string
}

/** Recorded answers of a real BinderHub to `path`; none where the data is not on this machine. */
export function recordings(): Recording[] {
  if (!hasRealData) return []
  return listReal('recordings')
    .filter((file) => file.startsWith('binder-'))
    .flatMap((file) => readRecording(file.replace('.txt', ''), readReal(`recordings/${file}`)) ?? [])
}

function readRecording(name: string, text: string): Recording | undefined {
  const [, path = ''] = /^# curl .*http:\/\/127\.0\.0\.1:\d+(\/\S*)\n/.exec(text) ?? []
  if (path === '') return undefined
  const lines = text.split('\n').flatMap((line): { at: number; text: string }[] => {
    const [, at, rest] = /^\[\s*([\d.]+)\] ?(.*)$/.exec(line) ?? []
    return at === undefined || rest === undefined ? [] : [{ at: Number(at), text: rest }]
  })
  const blank = lines.findIndex((line) => line.text === '')
  const head = lines.slice(1, blank).map((line) => line.text.split(': '))
  const type = head.find(([key]) => key === 'Content-Type')?.[1] ?? ''
  return {
    name,
    path,
    status: Number(lines[0]?.text.split(' ')[1]),
    headers: { 'content-type': type },
    parts: lines.slice(blank + 1).map((line): Part => {
      if (line.text === '<eof>') return { at: line.at, end: 'closed' }
      return { at: line.at, text: `${line.text.replace(/"token": "[^"]*"/, `"token": "${launchToken}"`)}\n` }
    }),
  }
}
