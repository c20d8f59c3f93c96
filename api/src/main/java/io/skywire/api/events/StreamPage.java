package io.skywire.api.events;

/**
 * A page as a stream sends it.
 *
 * @param bytes Server-Sent Events; none where there is nothing that a reader waits for
 * @param events how many
 * @param maxSeq where the next page begins
 * @param watermarkSeq every event at or below it is readable
 */
record StreamPage(PageBytes bytes, int events, long maxSeq, long watermarkSeq) {
  /**
   * @param since where the page begins
   */
  static StreamPage of(EventPage page, long since) {
    StreamPageWriter out = new StreamPageWriter();
    page.events().forEach(out::add);
    return out.page(page, since);
  }

  /** Whether it goes up to the watermark. */
  boolean isLast() {
    return maxSeq >= watermarkSeq;
  }
}
