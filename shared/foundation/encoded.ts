/**
 * A text in letters that no line of a secret is made of.
 *
 * GitHub drops an output of a job in which any line of any of the job's secrets occurs (A15): of a kubeconfig that is
 * pretty-printed JSON that is `{`, so that no JSON ever arrives. Which secrets a job has, an action cannot know. So what goes
 * from job to job is written in 16 consonants, two for each byte: braces, digits, vowels and words do not occur in it.
 *
 * It hides nothing: secrets are taken out before.
 */
export const encodeOutput = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `${letters[byte >> 4]}${letters[byte & 15]}`).join('')

/** What was encoded; a text that was not is left as it is. */
export function decodeOutput(text: string): string {
  if (!/^(?:[bcdfghjklmnpqrst]{2})+$/.test(text.trim())) return text
  const pairs = text.trim().match(/../g) ?? []
  return Buffer.from(
    pairs.map((pair) => (letters.indexOf(pair[0] ?? '') << 4) + letters.indexOf(pair[1] ?? '')),
  ).toString()
}

const letters = 'bcdfghjklmnpqrst'
