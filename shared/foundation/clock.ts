export interface Clock {
  now(): Date
  /** Rejects at once when the run is cancelled, or what it `until` waits for is there: a forgotten timer keeps the process alive. */
  sleep(milliseconds: number, until?: AbortSignal): Promise<void>
}
