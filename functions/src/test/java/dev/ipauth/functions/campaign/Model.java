package dev.ipauth.functions.campaign;

import org.jspecify.annotations.Nullable;

/**
 * What one thing does when one operation happens after the other.
 *
 * @param <S> its state, compared by {@code equals}
 */
interface Model<S> {
  S initial();

  /**
   * The state after the operation; null when it can't have had this outcome in this state. An
   * operation whose outcome is unknown is one that was made: the checker also tries without it.
   */
  @Nullable S after(S state, Operation operation);
}
