import { execa } from 'execa'

/** Runs kubectl with a kubeconfig file and returns its output. @throws with kubectl's own words. */
export async function runKubectl(program: string, kubeconfig: string, args: string[], input?: string): Promise<string> {
  const { stdout } = await execa(program, ['--kubeconfig', kubeconfig, ...args], input === undefined ? {} : { input })
  return stdout
}

/** Whether kubectl succeeds. */
export const kubectlSays = async (program: string, kubeconfig: string, args: string[]): Promise<boolean> =>
  !(await execa(program, ['--kubeconfig', kubeconfig, ...args], { reject: false })).failed
