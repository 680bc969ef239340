import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Certified {
  key: string
  cert: string
}

const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const time = (date: Date) => der(0x17, Buffer.from(`${date.toISOString().replace(/\D/g, '').slice(2, 14)}Z`))

const algorithm = sequence(oid('2a8648ce3d040302')) // ecdsa-with-SHA256
const name = (text: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))))
const subjectNames = (hosts: string[], addresses: string[]) =>
  sequence(
    oid('551d11'),
    der(
      0x04,
      sequence(
        ...hosts.map((host) => der(0x82, Buffer.from(host))),
        ...addresses.map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
      ),
    ),
  )

/** A self-signed TLS certificate, valid from a day ago until `until`: Node makes keys, but no certificates. */
export function certify({
  hosts = [],
  addresses = [],
  until,
}: {
  hosts?: string[]
  addresses?: string[]
  until: Date
}): Certified {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const since = new Date(Math.min(Date.now(), until.getTime()) - 86_400_000)
  const unsigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1]), randomBytes(8)),
    algorithm,
    name('test'),
    sequence(time(since), time(until)),
    name('test'),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(subjectNames(hosts, addresses))),
  )
  const signature = sign('sha256', unsigned, privateKey)
  const whole = sequence(unsigned, algorithm, der(0x03, Buffer.from([0]), signature)).toString('base64')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${whole}\n-----END CERTIFICATE-----\n`,
  }
}
