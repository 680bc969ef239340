/**
 * Guesses whether a text is a secret where its name does not tell: a program that logs in takes them under any name.
 *
 * Unlike names, a secret is long and mixes letters and digits. What an option or variable names in public (a region, a
 * cluster, a user, an id) is none, whatever it looks like.
 */
export const isOpaque = (text: string): boolean =>
  text.length >= 12 && /[a-z]/i.test(text) && /\d/.test(text) && !/\s/.test(text) && !isOrdinary(text)

/** Stricter: a part of it is no word with a number. `hub-project-2024` is a name, `a8f7d6s8a7f6` is none. */
export const isRandom = (text: string): boolean => isOpaque(text) && hasRandomPart(text)

const hasRandomPart = (text: string): boolean => text.split(/[^a-z\d]+/i).some(isRandomPart)

const isRandomPart = (part: string): boolean =>
  /\d/.test(part) &&
  /[a-z]/i.test(part) &&
  ((part.length >= 8 && !/^[a-z]+\d{1,4}$/i.test(part)) || /^(?=.*[a-z])(?=.*[A-Z])\w{4}/.test(part))

/** A path of words. A secret in base64 can begin with `/`, too, and is none. */
export const isPath = (text: string): boolean =>
  /^(?:~|\.{1,2})?\//.test(text) && !/[+=]/.test(text) && !hasRandomPart(text)

const ordinary = [
  /^[a-z][a-z\d+.-]*:\/\//i,
  /^arn:/,
  // A template or a reference to a variable.
  /^[{$]/,
  // A region or a zone.
  /^[a-z]{2,}(?:-[a-z]+)*-(?:north|south|east|west|central){1,2}-?\d{1,2}(?:-?[a-z])?$/,
  /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?$/,
  // A version of an API, as client.authentication.k8s.io/v1beta1.
  /^[a-z\d.-]+\/v\d+(?:(?:alpha|beta)\d+)?$/,
]

const isHost = (text: string): boolean =>
  /^[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}(?::\d+)?$/.test(text) ||
  /^[a-z\d.-]+\.(?:com|net|org|io|dev|cloud|local|internal)(?::\d+)?$/i.test(text)

/** A person or a service account by its address. */
const isEmail = (text: string): boolean => {
  const [, local, host] = /^([\w.+-]+)@([^@]+)$/.exec(text) ?? []
  return local !== undefined && host !== undefined && isHost(host) && !hasRandomPart(local)
}

const isOrdinary = (text: string): boolean =>
  ordinary.some((shape) => shape.test(text)) || isPath(text) || isHost(text) || isEmail(text)

const publicWords = new Set(
  `account accounts address arn audience cluster clusterid clustername context date dir directory domain email endpoint
  endpoints file files group groups home host hostname id ids image issuer location name namespace names org organization
  path paths profile project projectid proxy region regions role rolearn scope scopes server subscription tenant
  tenantid uri url user username version zone zones`.split(/\s+/),
)

/** The name of an option or a variable whose value is public; of one letter: those of common programs for names. */
export function isPublicName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_.]+/)
  return publicWords.has(words.at(-1) ?? '')
}

/** `aws-iam-authenticator token -i cluster -r role`, `-n namespace`, `-c cluster`, `-u user`, `-g group`, `-z zone`. */
export const isNamingLetter = (option: string): boolean => /^-[cgirnuz]$/.test(option)
