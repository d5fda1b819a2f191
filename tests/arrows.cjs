/** The arrows of the house (README, «Map of rooms»): app → lib → db, features → exchange → gis. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'db-knows-nothing-above', severity: 'error', from: { path: '^db/' }, to: { path: '^(app|lib)/' } },
    { name: 'lib-knows-no-pages', severity: 'error', from: { path: '^lib/' }, to: { path: '^app/' } },
    {
      name: 'product-knows-no-tests',
      comment: 'the demo starts the stand as a process; only the command that does so may name it',
      severity: 'error',
      from: { path: '^(app|lib|db)/', pathNot: '^lib/cli/' },
      to: { path: '^tests/' },
    },
    {
      name: 'gis-knows-no-workflow',
      comment: 'the portal client is replaceable and knows nothing of our tables',
      severity: 'error',
      from: { path: '^lib/gis/' },
      to: { path: '^(db/|lib/(?!gis/))' },
    },
    {
      name: 'exchange-under-features',
      severity: 'error',
      from: { path: '^lib/exchange/queue' },
      to: { path: '^lib/(debt-requests|gis)/' },
    },
    {
      name: 'web-never-talks-to-the-portal',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^lib/gis/', reachable: true },
    },
    {
      name: 'workflow-imports-nothing',
      severity: 'error',
      from: { path: '^lib/debt-requests/workflow\\.ts$' },
      to: { path: '.+' },
    },
    { name: 'ui-is-free-of-domain', severity: 'error', from: { path: '^app/ui/' }, to: { path: '^(lib|db)/' } },
    {
      name: 'stand-shares-only-gost',
      comment: 'two readers of one protocol must not share a mistake',
      severity: 'error',
      from: { path: '^tests/stand/' },
      to: { path: '^(app/|db/|lib/(?!gis/signature/(streebog|gost94|gost3410)\\.ts))' },
    },
    {
      name: 'auditor-shares-nothing',
      comment: 'who judges the product must not be wrong in the same way',
      severity: 'error',
      from: { path: '^tests/chaos/audit\\.ts$' },
      to: { path: '^(app|db|lib|tests)/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '\\.d\\.ts$',
          '(^|/)\\.[^/]+\\.(js|cjs|mjs|ts|json)$',
          '^app/',
          '^tests/',
          '^lib/cli/',
          '^db/drizzle\\.config\\.ts$',
          '^lib/debt-requests/workflow\\.ts$',
        ],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(\\.next|node_modules)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
