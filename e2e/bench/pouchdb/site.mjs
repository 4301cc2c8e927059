// One site of PouchDB: its databases in the folder that is named, behind CouchDB's HTTP interface on loopback. It says where,
// and ends with whoever started it. POST /replicate {source, target} pulls a database from another site.
import path from "node:path";

import express from "express";
import expressPouchDB from "express-pouchdb";
import PouchDB from "pouchdb";

const folder = process.argv[2];
const Local = PouchDB.defaults({ prefix: folder + path.sep });
const app = express();

app.post("/replicate", express.json(), async (request, response) => {
  try {
    response.json(await Local.replicate(request.body.source, request.body.target, { batch_size: 1000 }));
  } catch (error) {
    response.status(500).json({ error: String(error) });
  }
});
app.use(expressPouchDB(Local, { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: path.join(folder, "log.txt") }));

const server = app.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.resume().on("end", () => process.exit());
