// The example of Standard Webhooks is taken once, while it is fresh, and only unchanged.
import assert from "node:assert/strict"
import { test } from "node:test"
import { Receiver } from "./dist/client.js"

const headers = new Headers({
  "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
  "webhook-timestamp": "1614265330",
  "webhook-signature": "v1,bm90aGluZw== v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
})
const body = '{"test": 2432232314}'
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

test("a delivery is taken once, fresh and unchanged", async () => {
  let now = 1614265330
  const receiver = new Receiver(secret, () => now)
  assert.equal(await receiver.check(headers, body.replace("4}", "5}")), "signature")
  assert.equal(await receiver.check(headers, body), undefined)
  assert.equal(await receiver.check(headers, body), "replayed")
  receiver.forget(headers)
  assert.equal(await receiver.check(headers, body), undefined)
  for (const late of [360, -360]) {
    now = 1614265330 + late
    receiver.forget(headers)
    assert.equal(await receiver.check(headers, body), "old")
  }
  for (const other of ["", "whsec_", "whsec_AAAA", "whsec_?"]) assert.equal(await new Receiver(other, () => now).check(headers, body), "signature")
})
