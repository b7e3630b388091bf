const { descriptors, entropy, loadBackend } = require('quests');

async function main() {
  const positions = Float64Array.of(0, 0, 0, 2.1, 0.1, 0, 0.2, 2.3, 0.1, 2.2, 2.1, 0.3);
  const x = await descriptors({ positions, cell: [4.5, 0, 0, 0, 4.6, 0, 0, 0, 4.7] });
  console.log(JSON.stringify({ backend: (await loadBackend()).name, entropy: await entropy(x) }));
}

main();
