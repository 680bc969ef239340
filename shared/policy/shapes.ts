import { z } from 'zod'

/** A map with these keys and no others. */
export const mapShape = <S extends z.core.$ZodShape>(shape: S) => z.strictObject(shape, { error: 'a map' })

/** A map from names to items. */
export const namedShape = <K extends z.core.$ZodRecordKey, V extends z.core.SomeType>(name: K, item: V) =>
  z.record(name, item, { error: 'a map' })

export const listShape = <T extends z.core.SomeType>(item: T) => z.array(item, { error: 'a list' })
