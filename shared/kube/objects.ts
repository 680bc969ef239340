import { z } from 'zod'

/** Only what is looked at of the API's objects; everything else is left out. */
const metadata = z.object({
  name: z.string(),
  uid: z.string().default(''),
  generation: z.number().default(0),
  creationTimestamp: z.string().nullish(),
  /** Set while it is being deleted. */
  deletionTimestamp: z.string().nullish(),
  annotations: z.record(z.string(), z.string()).default({}),
  labels: z.record(z.string(), z.string()).default({}),
  ownerReferences: z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string() })).default([]),
})

const terminated = z.object({
  exitCode: z.number(),
  reason: z.string().optional(),
  message: z.string().optional(),
  finishedAt: z.string().nullish(),
})

const containerStatus = z.object({
  name: z.string(),
  image: z.string().default(''),
  /** What the image's name stood for when it was pulled. */
  imageID: z.string().default(''),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: z
    .object({
      waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
      running: z.object({}).optional(),
      terminated: terminated.optional(),
    })
    .default({}),
  lastState: z.object({ terminated: terminated.optional() }).default({}),
})

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
})

const podSchema = z.object({
  metadata,
  spec: z
    .object({
      containers: z.array(z.object({ name: z.string(), image: z.string().default('') })).default([]),
      volumes: z.array(z.object({ persistentVolumeClaim: z.object({ claimName: z.string() }).optional() })).default([]),
    })
    .default({ containers: [], volumes: [] }),
  status: z
    .object({
      phase: z.string().default('Pending'),
      conditions: z.array(condition).default([]),
      containerStatuses: z.array(containerStatus).default([]),
      initContainerStatuses: z.array(containerStatus).default([]),
    })
    .prefault({}),
})

const ownerSchema = z.object({
  kind: z.string(),
  metadata,
  spec: z
    .object({
      replicas: z.number().optional(),
      completions: z.number().optional(),
      updateStrategy: z.object({ type: z.string().optional() }).optional(),
    })
    .default({}),
  status: z
    .object({
      observedGeneration: z.number().optional(),
      desiredNumberScheduled: z.number().optional(),
      updatedNumberScheduled: z.number().optional(),
      updateRevision: z.string().optional(),
      succeeded: z.number().optional(),
      conditions: z.array(condition).default([]),
    })
    .prefault({}),
})

const eventSchema = z.object({
  type: z.string().default('Normal'),
  reason: z.string().default(''),
  message: z.string().default(''),
  involvedObject: z.object({ kind: z.string().default(''), name: z.string().default('') }),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  metadata: z.object({ creationTimestamp: z.string().nullish() }),
})

export type PodObject = z.infer<typeof podSchema>
export type ContainerStatus = z.infer<typeof containerStatus>
export type OwnerObject = z.infer<typeof ownerSchema>

export interface KubeEvent {
  reason: string
  message: string
  /** `Kind/name` of what it is about. */
  about: string
  at: Date
}

const kindOf = (object: unknown): string => z.object({ kind: z.string() }).safeParse(object).data?.kind ?? ''

const only = <T>(schema: z.ZodType<T>, objects: unknown[], kinds: string[]): T[] =>
  objects.filter((object) => kinds.includes(kindOf(object))).flatMap((object) => schema.safeParse(object).data ?? [])

export const podsIn = (objects: unknown[]): PodObject[] => only(podSchema, objects, ['Pod'])

export const ownersIn = (objects: unknown[], ...kinds: string[]): OwnerObject[] => only(ownerSchema, objects, kinds)

/** Warnings, oldest first. */
export function warningsIn(objects: unknown[]): KubeEvent[] {
  return only(eventSchema, objects, ['Event'])
    .filter((event) => event.type === 'Warning')
    .map((event) => ({
      reason: event.reason,
      message: event.message,
      about: `${event.involvedObject.kind}/${event.involvedObject.name}`,
      at: new Date(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? 0),
    }))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
}
