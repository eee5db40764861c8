// Connects to a server once for each line of input, [port, number, ca, host], and
// tells as a line of JSON what tls.connect makes of its certificates: [number,
// code, message], code and message being empty if it accepts them.
'use strict';
const tls = require('tls');
const lines = require('fs').readFileSync(0, 'utf8').trim().split('\n');
let next = 0;

function connect() {
  if (next >= lines.length) return;
  const [port, number, ca, host] = JSON.parse(lines[next++]);
  let done = false;
  const finish = (code, message) => {
    if (done) return;
    done = true;
    socket.destroy();
    console.log(JSON.stringify([number, code, message]));
    connect();
  };
  const socket = tls.connect({
    host: '127.0.0.1',
    port,
    ca,
    servername: `c${number}.chains.test`,
    ciphers: 'DEFAULT@SECLEVEL=1',
    checkServerIdentity: (name, certificate) => (host ? tls.checkServerIdentity(host, certificate) : undefined),
  });
  socket.on('error', (e) => finish(e.code || 'none', e.reason ? `Hostname/IP does not match certificate's altnames: ${e.reason}` : e.message));
  socket.on('secureConnect', () => finish('', ''));
}

for (let i = 0; i < 8; i++) connect();
