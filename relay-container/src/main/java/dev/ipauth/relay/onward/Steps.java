package dev.ipauth.relay.onward;

/** Hears how the way to the next hop is made, step by step, for whoever looks on. */
public interface Steps {

  /**
   * A step was made.
   *
   * @param step a word
   * @param found what was found; never a secret
   */
  void made(String step, String found);

  /** Nobody looks on. */
  static Steps unwatched() {
    return (_, _) -> {};
  }
}
