package io.skywire.ingester.atproto;

/** What a frame turned out to be. */
public sealed interface Decoded permits Event, Drop, Info, RelayError {}
