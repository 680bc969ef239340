import { join } from 'node:path'

/** What `uses:` of the examples means here: our own actions as committed, and stand-ins for those of others. */
export function standIns(root: string): Record<string, string> {
  const standIn = (name: string): string => join(root, 'rehearsal/stand-ins', name)
  return {
    // A28: a commit that no repository has. Whoever copies the examples puts their own there; any other fails here as well.
    'lockstep-suite/lockstep@0000000000000000000000000000000000000000': root,
    'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1': standIn('checkout'),
    'actions/create-github-app-token@1b10c78c7865c340bc4f6099eb2f838309f1e8c3': standIn('create-github-app-token'),
    'azure/setup-helm@9bc31f4ebc9c6b171d7bfbaa5d006ae7abdb4310': standIn('setup-helm'),
  }
}
