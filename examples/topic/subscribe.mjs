// Follows skywire.events: node subscribe.mjs [SERVERS [AFTER_SEQ [FROM_TIME]]]
// npm install kafkajs lz4js. Times are ISO 8601. See "Subscribe to the topic" in the README.
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';

const [servers = 'localhost:9092', after = '0', start] = process.argv.slice(2);
const topic = 'skywire.events';
const groupId = 'example-node';

// The topic is compressed with lz4, which kafkajs has to be taught; it asks for read_committed of itself.
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => ({
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
});

const kafka = new kafkajs.Kafka({ brokers: servers.split(','), logLevel: kafkajs.logLevel.ERROR });

// A group that has committed goes on there; one that has not begins at the time, or at the beginning.
if (start) {
  const admin = kafka.admin();
  await admin.connect();
  const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const isNew = new Set(partitions.filter((p) => p.offset === '-1').map((p) => p.partition));
  const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, Date.parse(start));
  const first = offsets.filter((p) => isNew.has(p.partition));
  if (first.length) await admin.setOffsets({ groupId, topic, partitions: first });
  await admin.disconnect();
}

const consumer = kafka.consumer({ groupId });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => consumer.disconnect());
}
// kafkajs commits what eachMessage has done, after it: a crash in between repeats some, and never leaves any out.
await consumer.run({
  eachMessage: async ({ message }) => {
    const header = (name) => message.headers[name]?.toString();
    const seq = message.key.readBigInt64BE();
    if (header('event_type') === 'gap') {
      console.log(`lost for good: between ${seq} and ${header('to_seq')}, ${header('reason')}`);
    } else if (message.value !== null && seq > BigInt(after)) {
      const event = JSON.parse(message.value.toString());
      const late = header('replay') ? `(replayed: ${header('replay')})` : '';
      console.log(`${seq}`, event.event_type, event.repo, event.collection, late);
    } // else it is a watermark or whatever else is added later, or known already
  },
});
