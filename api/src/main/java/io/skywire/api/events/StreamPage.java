package io.skywire.api.events;

/**
 * A page as a stream sends it.
 *
 * @param bytes Server-Sent Events; empty where there is nothing that a reader waits for
 * @param events how many
 * @param maxSeq where the next page begins
 * @param isLast whether it goes up to the watermark
 */
record StreamPage(byte[] bytes, int events, long maxSeq, boolean isLast) {
  /**
   * @param since where the page begins
   */
  static StreamPage of(EventPage page, long since) {
    return new StreamPage(
        EventStreamWriter.render(page, since), page.events().size(), page.maxSeq(), page.isLast());
  }
}
