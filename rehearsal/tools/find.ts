import { constants } from 'node:fs'
import { access, open } from 'node:fs/promises'
import { join } from 'node:path'

/** Where Debian and others put programs of root that a user's PATH lacks. */
const alsoIn = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** Absolute path of a program on PATH. */
export async function onPath(program: string, path = process.env.PATH ?? ''): Promise<string | undefined> {
  for (const dir of [...path.split(':').filter(Boolean), ...alsoIn]) {
    const file = join(dir, program)
    if (await isExecutable(file)) return file
  }
  return undefined
}

export const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  )

/** Whether an ELF program runs without any shared library, as one alone in an image must. */
export async function isStatic(file: string): Promise<boolean> {
  await using handle = await open(file)
  const { buffer } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
  if (buffer.toString('latin1', 0, 4) !== '\x7fELF') return false
  const headers = Number(buffer.readBigUInt64LE(0x20))
  const size = buffer.readUInt16LE(0x36)
  const interpreter = 3
  for (let index = 0; index < buffer.readUInt16LE(0x38); index += 1)
    if (buffer.readUInt32LE(headers + index * size) === interpreter) return false
  return true
}
