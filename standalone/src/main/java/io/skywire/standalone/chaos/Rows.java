package io.skywire.standalone.chaos;

/**
 * How many rows there are in the two tables of events.
 *
 * @param collections those of collections beyond an event's first
 */
record Rows(long events, long collections) {
  static final Rows NONE = new Rows(0, 0);

  Rows plus(Rows more) {
    return new Rows(events + more.events, collections + more.collections);
  }

  Rows minus(Rows less) {
    return new Rows(events - less.events, collections - less.collections);
  }

  @Override
  public String toString() {
    return events + " events and " + collections + " further collections";
  }
}
