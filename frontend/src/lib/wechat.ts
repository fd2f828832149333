const ours = ['template_id', 'miniprogram_appid', 'miniprogram_path']

/** The blanks of a template message: what its data holds beside the template, the mini program and colours. */
export const blanksOf = (data: Record<string, string> | undefined): [key: string, value: string][] =>
  Object.entries(data ?? {}).filter(([key]) => !ours.includes(key) && !key.endsWith('.color'))
