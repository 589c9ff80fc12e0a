// A client for closewait try: fetches a page with node's http. usage: node client.js PORT
const http = require('http');

function fail(error) {
	console.error(error.message);
	process.exit(1);
}

http.get({ host: '127.0.0.1', port: process.argv[2], timeout: 2000 }, (answer) => {
	answer.on('error', fail).on('end', () => process.exit(0)).resume();
}).on('timeout', function () {
	this.destroy(new Error('timeout'));
}).on('error', fail);
