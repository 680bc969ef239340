import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A certificate for one host that vouches for itself, and its key; PEM. Node itself makes keys, but no certificates. */
export function selfSigned(host: string): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(0x30, oid(ecdsaWithSha256))
  const name = der(0x30, der(0x31, der(0x30, oid(commonName), der(0x0c, Buffer.from(host)))))
  const time = (offset: number): Buffer => {
    const text = new Date(Date.now() + offset).toISOString().replace(/[-:T]|\.\d+/g, '')
    return der(0x18, Buffer.from(text))
  }
  const day = 24 * 60 * 60 * 1_000
  const address = /^\d+(\.\d+){3}$/.test(host)
  const names = der(0x30, address ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)))
  const isCa = der(
    0x30,
    oid(basicConstraints),
    der(0x01, Buffer.of(0xff)),
    der(0x04, der(0x30, der(0x01, Buffer.of(0xff)))),
  )
  const extensions = der(0xa3, der(0x30, der(0x30, oid(subjectAltName), der(0x04, names)), isCa))
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    name,
    der(0x30, time(-day), time(day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  )
  const signature = der(0x03, Buffer.of(0), sign('sha256', body, privateKey))
  const pem = der(0x30, body, algorithm, signature)
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`,
  }
}

const ecdsaWithSha256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
const commonName = [0x55, 0x04, 0x03]
const subjectAltName = [0x55, 0x1d, 0x11]
const basicConstraints = [0x55, 0x1d, 0x13]

const oid = (bytes: number[]): Buffer => der(0x06, Buffer.from(bytes))

/** One element in DER: its tag, length and content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.of(tag, ...head), content])
}
