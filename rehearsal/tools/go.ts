import { execa } from 'execa'

/** Runs `go` for a static, reproducible build, at low priority. Lines of stderr (its progress) go to `onLine`; returns stdout. */
export async function runGo(
  args: string[],
  options: { cwd?: string; env?: Record<string, string>; onLine?: (line: string) => void } = {},
): Promise<string> {
  const child = execa('nice', ['-n', '5', 'go', ...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=mod', GOWORK: 'off', ...options.env },
  })
  for await (const line of child.iterable({ from: 'stderr' })) options.onLine?.(line)
  return (await child).stdout
}

/** Installs one Go program into `dir`. */
export async function goInstall(dir: string, program: string, onLine: (line: string) => void): Promise<void> {
  await runGo(['install', '-v', '-trimpath', '-ldflags', '-s -w', program], {
    env: { GOBIN: dir, GOFLAGS: '-buildvcs=false' },
    onLine,
  })
}
