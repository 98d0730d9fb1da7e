/** Texts about the reference of the API. Imported by the settings, which load later than `t`. */
export const developers = {
  reference: 'API for developers',
} as const;
