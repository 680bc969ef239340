/** Things to end, in the reverse order of their start. (Node 20 has no AsyncDisposableStack yet.) */
export interface Disposables extends AsyncDisposable {
  use<T extends AsyncDisposable>(thing: T): T
}

export function disposableStack(): Disposables {
  const things: AsyncDisposable[] = []
  return {
    use(thing) {
      things.push(thing)
      return thing
    },
    async [Symbol.asyncDispose]() {
      for (let thing = things.pop(); thing; thing = things.pop()) await thing[Symbol.asyncDispose]()
    },
  }
}
