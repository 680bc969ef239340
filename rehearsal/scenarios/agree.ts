/** What one cluster, and the records about it, say is deployed there. */
export interface ClusterState {
  cluster: string
  /** Deploy repo commit in the ConfigMap of the verified state. */
  verifiedCommit: string | undefined
  /** Deploy repo commit of the newest deployment record that ended in success. */
  recordedCommit: string | undefined
  /** Images of the running pods' containers, each once. */
  images: string[]
  /** What the service itself answers at /versions. */
  answers: Record<string, unknown>
}

/** What git says should be deployed: main's tip, and the versions written there. */
export interface GitFacts {
  commit: string
  hubImage: string
  hubVersion: string
  builderImage: string
}

/** Every contradiction between git, ConfigMaps, records and running pods, in words; none means that all agree. */
export function findDisagreements(git: GitFacts, clusters: ClusterState[]): string[] {
  const short = (commit: string | undefined): string => commit?.slice(0, 7) ?? 'nothing'
  return clusters.flatMap(({ cluster, verifiedCommit, recordedCommit, images, answers }) => {
    const said: [string, string, string][] = [
      ['its ConfigMap says', short(verifiedCommit), short(git.commit)],
      ['its deployment record says', short(recordedCommit), short(git.commit)],
      ['its pods run', images.join(', '), git.hubImage],
      ['the hub answers', String(answers['hub']), git.hubVersion],
      ['the hub names the builder', String(answers['builder']), git.builderImage],
    ]
    return said
      .filter(([, is, should]) => is !== should)
      .map(([what, is, should]) => `${cluster}: ${what} ${is}, git says ${should}`)
  })
}
