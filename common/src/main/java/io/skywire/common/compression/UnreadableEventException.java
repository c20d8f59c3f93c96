package io.skywire.common.compression;

/** A stored event cannot be decompressed: its bytes, or its dictionary, are not what was stored. */
public final class UnreadableEventException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UnreadableEventException(String message) {
    super(message);
  }
}
