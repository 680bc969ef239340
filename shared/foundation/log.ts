export interface Log {
  info(message: string): void
  warning(message: string): void
  /** Everything written by `body` is folded under `title`. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>
}
