// Records three events, one of which is refused; then a harvest, typed; then
// waits for the first of them in the log.
import { Commonweal, MeDocument, RecordEventDocument } from "./dist/client.js"

const { COMMONWEAL_URL: url = "", COMMONWEAL_TOKEN: token } = process.env
const commons = new Commonweal(url, token)
const { myAgent } = await commons.ask(MeDocument)
const me = myAgent?.id ?? ""

/** @type {import("./dist/client.js").EventLine} */
const ride = { action: "work", provider: me, receiver: me, effortQuantity: { unit: "hour", value: "1.5" }, note: "drove the van" }
/** @type {import("./dist/client.js").EventLine} */
const nothing = { action: "work", provider: me, receiver: me }
let why = ""
for await (const line of commons.record([ride, nothing, ride])) {
  if ("error" in line) why = line.error.code
  if ("lines" in line) console.log(`recorded ${line.recorded}, refused ${line.refused} (${why})`)
}

const { createEconomicEvent: made } = await commons.ask(RecordEventDocument, {
  event: { action: "raise", provider: me, receiver: me, resourceQuantity: { hasNumericalValue: "12.5", hasUnit: "kilogram" } },
  creates: { name: "Potatoes", classifiedAs: ["https://www.wikidata.org/wiki/Q16587531"] },
  key: "potatoes-1",
})
const stock = made.economicResource
console.log(`${stock?.name}: ${stock?.onhandQuantity?.hasNumericalValue} ${stock?.onhandQuantity?.hasUnit.symbol}`)

for await (const happening of commons.happened(-1, ["vf.record"])) {
  console.log(`first in the log: ${happening.act}`)
  break
}
