// Reads pairs of lines on stdin: a JSON text, and what was made of it. Prints each pair that JavaScript disagrees with, and at the
// end how many there were in all. Lines end with \n only: U+2028 and its like belong to the texts.
const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}

const lines = Buffer.concat(chunks).toString("utf8").split("\n");
let pairs = 0;
for (let at = 0; at + 1 < lines.length; at += 2) {
  const [given, made] = [lines[at], lines[at + 1]];
  pairs++;
  if (JSON.stringify(JSON.parse(given)) !== made || JSON.stringify(JSON.parse(made)) !== made) {
    process.stdout.write(`differs: ${given} became ${made}, not ${JSON.stringify(JSON.parse(given))}\n`);
  }
}
process.stdout.write(`${pairs}\n`);
