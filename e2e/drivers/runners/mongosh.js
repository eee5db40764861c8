// mongosh as a client: run by mongosh itself (--nodb --file), one connection
// after the other, with the cases in the file that MONGOTLS_CASES names and the
// answers into that of MONGOTLS_ANSWERS, because mongosh has stdin and stdout
// for itself. Without cases it prints its release.
const fs = require('fs');

// What mongosh prints of an error is its name and message.
const text = (e) => `${e.name}: ${e.message}`;

if (!process.env.MONGOTLS_CASES) {
  print(`mongosh ${version()}, Node.js ${process.versions.node}, OpenSSL ${process.versions.openssl}`);
  quit();
}
for (const line of fs.readFileSync(process.env.MONGOTLS_CASES, 'utf8').split('\n').filter(Boolean)) {
  const { id, uri } = JSON.parse(line);
  const began = Date.now();
  const answer = { id, connects: false, error: '' };
  try {
    const db = connect(uri);
    db.adminCommand({ ping: 1 });
    answer.connects = true;
  } catch (e) {
    answer.error = text(e);
  }
  answer.ms = Date.now() - began;
  fs.appendFileSync(process.env.MONGOTLS_ANSWERS, JSON.stringify(answer) + '\n');
}
