// Records three events, one of which is refused. Types come from dist/rest.d.ts,
// which is made from the description that every host serves at /openapi.json.
/** @typedef {import("./dist/rest.js").components["schemas"]["EventLine"]} EventLine */
/** @typedef {import("./dist/rest.js").components["schemas"]["RecordedLine"]} RecordedLine */

const { COMMONWEAL_URL: url, COMMONWEAL_TOKEN: token, COMMONWEAL_AGENT: me } = process.env

/** @type {EventLine} */
const ride = { action: "work", provider: me, receiver: me, effortQuantity: { unit: "hour", value: "1.5" }, note: "drove the van" }
/** @type {EventLine} */
const nothing = { action: "work", provider: me, receiver: me }

const answer = await fetch(`${url}/events`, {
  method: "POST",
  headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/x-ndjson" },
  body: [ride, nothing, ride].map((event) => JSON.stringify(event)).join("\n"),
})
if (!answer.ok) throw new Error(await answer.text())

/** @type {RecordedLine[]} */
const lines = (await answer.text()).trimEnd().split("\n").map((line) => JSON.parse(line))
let why = ""
for (const line of lines) {
  if ("error" in line) why = line.error.code
  if ("lines" in line) console.log(`recorded ${line.recorded}, refused ${line.refused} (${why})`)
}
