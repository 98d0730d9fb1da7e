/** @type {import('stylelint').Config} */
export default {
  extends: ['stylelint-config-standard'],
  ignoreFiles: ['dist/**'],
  rules: {
    'value-keyword-case': ['lower', { camelCaseSvgKeywords: true, ignoreProperties: [/font/] }],
    // The classes of PhotoSwipe have BEM names.
    'selector-class-pattern': '^(pswp__[a-z-]+|[a-z][a-z0-9]*(-[a-z0-9]+)*)$',
    'property-no-vendor-prefix': [true, { ignoreProperties: ['text-size-adjust'] }],
  },
  overrides: [
    {
      files: ['**/*.svelte'],
      customSyntax: 'postcss-html',
      rules: {
        // Svelte's `:global(…)`.
        'selector-pseudo-class-no-unknown': [true, { ignorePseudoClasses: ['global'] }],
      },
    },
  ],
};
