// DynamicsWebApi, unchanged, against the emulator. Prints one JSON object of what it saw; the test checks it.
import { DynamicsWebApi } from "dynamics-web-api";

const { DATAVERSE_URL, IDENTITY_ENDPOINT, IDENTITY_HEADER } = process.env;
const maria = "c0000000-0000-4000-8000-000000000001";
const open = "b7397aae-ecf8-43a6-aeb0-07d294efb494";
const customer = "msdyn_customer_msdyn_ocliveworkitem_contact";

async function token() {
  const url = `${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=${encodeURIComponent(DATAVERSE_URL)}`;
  const answer = await fetch(url, { headers: { "X-IDENTITY-HEADER": IDENTITY_HEADER } });
  return (await answer.json()).access_token;
}

const api = new DynamicsWebApi({ serverUrl: DATAVERSE_URL, dataApi: { version: "9.2" }, onTokenRefresh: token });
const seen = {};

seen.one = (await api.retrieve({ collection: "contacts", key: maria, select: ["fullname"] })).fullname;

const filtered = await api.retrieveMultiple({
  collection: "incidents",
  select: ["ticketnumber"],
  filter: "customerid_contact/fullname eq 'patrick o''brien' and statecode eq 0",
  expand: [{ property: "customerid_contact", select: ["fullname"] }],
  top: 2,
});
seen.filtered = filtered.value.map((row) => [row.ticketnumber, row.customerid_contact.fullname]);

const pages = await api.retrieveAll({ collection: "contacts", select: ["contactid"], maxPageSize: 5 });
seen.all = pages.value.length;

await api.update({ collection: "msdyn_ocliveworkitems", key: open, data: { [`${customer}@odata.bind`]: `contacts(${maria})` } });
const linked = await api.retrieve({
  collection: "msdyn_ocliveworkitems",
  key: open,
  select: ["_msdyn_customer_value"],
  includeAnnotations: "*",
});
seen.linked = [linked._msdyn_customer_value, linked._msdyn_customer_value_Formatted, linked._msdyn_customer_value_LogicalName];

await api.disassociateSingleValued({ collection: "msdyn_ocliveworkitems", primaryKey: open, navigationProperty: customer });
seen.unlinked = (await api.retrieve({ collection: "msdyn_ocliveworkitems", key: open, select: ["_msdyn_customer_value"] }))._msdyn_customer_value;

api.startBatch();
api.retrieve({ collection: "contacts", key: maria, select: ["fullname"] });
api.create({ collection: "contacts", data: { lastname: "New" }, contentId: "1", inChangeSet: true });
api.update({ collection: "msdyn_ocliveworkitems", key: open, data: { [`${customer}@odata.bind`]: "$1" }, contentId: "2", inChangeSet: true });
api.retrieveMultiple({ collection: "accounts", select: ["name"], filter: "statecode eq 1" });
const batch = await api.executeBatch();
seen.batch = [batch[0].fullname, batch[batch.length - 1].value.map((row) => row.name)];

try {
  await api.update({ collection: "msdyn_ocliveworkitems", key: open, data: { "msdyn_issueid@odata.bind": `incidents(${maria})` } });
} catch (error) {
  seen.refused = [error.status, error.code];
}

console.log(JSON.stringify(seen));
