import { repoRef } from '../../shared/github/client.js'
import type { Installation } from '../fixtures/installation.js'
import { mainBranch, repoNames } from '../fixtures/names.js'
import type { Scene } from './scene.js'

const deploy = repoRef(repoNames.deploy)

export interface DoctorScene extends Pick<Scene, 'timeline' | 'expectations'> {
  installation: Pick<Installation, 'people' | 'runner'>
}

/** Before the first merge olga has everything looked at that Lockstep relies on: everything is set up as docs/adopting.md says. */
export async function playDoctor(scene: DoctorScene): Promise<void> {
  const { installation, timeline, expectations } = scene
  timeline.tell({ who: '', what: 'olga runs the doctor: it checks the setup', mood: 'chapter' })
  const { actions } = installation.people.olga.github.rest
  await actions.createWorkflowDispatch({ ...deploy, workflow_id: 'doctor.yml', ref: mainBranch })
  timeline.waitFor('the doctor')
  await installation.runner.idle()
  const lines = (await logOf(scene)).split('\n')
  const marked = (mark: string): string[] =>
    lines.filter((line) => line.includes(mark)).map((line) => line.slice(line.indexOf(mark) + mark.length))
  const [well, wrong, unseen] = [marked('ok    '), marked('WRONG '), marked('look  ')]
  timeline.tell({
    who: 'deploy',
    what: `${well.length} settings are in force, ${wrong.length} are not, ${unseen.length} cannot be read`,
  })
  expectations.expect(
    ['the doctor finds no wrong setting', ...wrong].join('\n    '),
    well.length > 0 && wrong.length === 0,
  )
}

/** Of the doctor's newest run; empty where it did not come so far. */
async function logOf({ installation }: DoctorScene): Promise<string> {
  const { actions } = installation.people.olga.github.rest
  const { data } = await actions.listWorkflowRuns({ ...deploy, workflow_id: 'doctor.yml' })
  const [run] = data.workflow_runs
  const jobs = run ? (await actions.listJobsForWorkflowRun({ ...deploy, run_id: run.id })).data.jobs : []
  const job = jobs.find(({ name }) => name === 'doctor')
  return job ? String((await actions.downloadJobLogsForWorkflowRun({ ...deploy, job_id: job.id })).data) : ''
}
