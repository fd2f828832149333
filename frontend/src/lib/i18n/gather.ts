import type { Areas } from './areas'

/** One catalogue of the files of a language: the words of `./en/act.json` are its `act`. That all areas are there, a test holds. */
export function gather(files: Record<string, unknown>): Areas {
  const areas = Object.entries(files).map(([path, words]) => [path.replace(/^.*\/|\.json$/g, ''), words])
  return Object.fromEntries(areas) as Areas
}
