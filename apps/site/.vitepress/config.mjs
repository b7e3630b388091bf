// The documentation as a site. scripts/site.mjs gathers its pages and says where they lie.
import { defineConfig } from 'vitepress';

/** Set by scripts/site.mjs. */
const { QUESTS_SITE_PAGES, QUESTS_SITE_OUT, QUESTS_SITE_BASE } = process.env;

const page = (text, link) => ({ text, link });

export default defineConfig({
  title: 'quests',
  description: 'Information theory for atomistic simulation: entropy, diversity, δH and overlap of datasets.',
  lang: 'en-GB',
  srcDir: QUESTS_SITE_PAGES,
  outDir: QUESTS_SITE_OUT,
  base: QUESTS_SITE_BASE,
  // Text such as <name> outside of code is text.
  markdown: {
    html: false,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  cleanUrls: false,
  // The page, the reference and the gallery's report are put beside the pages after they are built;
  // scripts/site/links.mjs checks every link of the result.
  ignoreDeadLinks: true,
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      page('Gallery', '/gallery'),
      page('Compare', '/COMPARE'),
      page('Speed', '/bench/RESULTS'),
      { text: 'API', link: '/api/index.html', target: '_self' },
      { text: 'Try it', link: '/try/index.html', target: '_self' },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          page('quests', '/'),
          page('Gallery', '/gallery'),
          page('In the browser', '/docs/browser'),
          page('The page in pictures', '/docs/pictures/'),
          page('The command line', '/docs/command-line'),
          page('From Python', '/docs/from-python'),
          page('Formats', '/docs/formats'),
        ],
      },
      {
        text: 'Datasets',
        items: [
          page('Information', '/docs/information'),
          page('Bandwidth', '/docs/bandwidth'),
          page('Coverage', '/docs/coverage'),
          page('Audit', '/docs/audit'),
          page('Compress', '/docs/compress'),
          page('Uncertainty', '/docs/uncertainty'),
          page('The arena of scores', '/docs/arena'),
          page('Chemistry', '/docs/chemistry'),
          page('Report', '/docs/report'),
          page('Grow', '/docs/grow'),
        ],
      },
      {
        text: 'Simulations',
        items: [
          page('Trajectories', '/docs/trajectory'),
          page('On the fly', '/docs/watch'),
          page('Carved cells', '/docs/carve'),
          page('Nuclei', '/docs/nuclei'),
          page('Entropy differences', '/docs/entropy-difference'),
          page('Phase lines', '/docs/phase-line'),
          page('The physics', '/docs/physics'),
        ],
      },
      {
        text: 'Large sets',
        items: [
          page('Stored references', '/docs/reference'),
          page('The file of a reference', '/docs/reference-file'),
          page('Clusters', '/docs/cluster'),
        ],
      },
      {
        text: 'The project',
        items: [
          page('Compare', '/COMPARE'),
          page('Speed', '/bench/RESULTS'),
          page('Changes', '/CHANGELOG'),
          page('Architecture', '/ARCHITECTURE'),
          page('Contributing', '/CONTRIBUTING'),
          page('Notes', '/docs/notes/'),
        ],
      },
    ],
  },
});
