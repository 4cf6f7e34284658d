package dev.ipauth.functions.campaign;

import org.jspecify.annotations.Nullable;

/**
 * What a claimer asked and was answered.
 *
 * @param invoked before it was asked, by a clock that all claimers share
 * @param returned after it was answered; {@link #NEVER} when nobody knows what became of it
 */
record Operation(Action action, Outcome outcome, long invoked, long returned) {
  static final long NEVER = Long.MAX_VALUE;

  sealed interface Action {}

  /** One that concerns a user of this name. */
  sealed interface OfUser extends Action {
    Who who();
  }

  /** One that gives the user an address. */
  sealed interface Claim extends OfUser {
    @Nullable String ip();
  }

  record Create(Who who, @Nullable String ip) implements Claim {}

  record Nominate(Who who, String ip) implements Claim {}

  /** The address goes from the user of this name, of the same account, to {@code who}. */
  record Move(Who who, String from, String ip) implements Claim {
    Who giver() {
      return new Who(who.account(), from);
    }
  }

  record Release(Who who) implements OfUser {}

  record Delete(Who who) implements OfUser {}

  record ReadUser(Who who) implements OfUser {}

  record ReadAddress(String account, String ip) implements Action {}

  sealed interface Outcome {}

  record Done() implements Outcome {}

  /** 409: the address is this user's. */
  record Held(Who by) implements Outcome {}

  /** 409: somebody has the username. */
  record Taken() implements Outcome {}

  /** 409: the user that was to give the address away hasn't got it. */
  record NotHeld() implements Outcome {}

  /** 409: the account has as many users as it may have. */
  record Full() implements Outcome {}

  /** 404. */
  record Missing() implements Outcome {}

  /** The user is there, and shows this address or none. */
  record Shows(@Nullable String ip) implements Outcome {}

  /** The address is this user's; null when it is nobody's of the account. */
  record OwnedBy(@Nullable Who owner) implements Outcome {}

  /** 503: made, or not, or later. */
  record Unknown() implements Outcome {}

  static Operation unanswered(Action action, long invoked) {
    return new Operation(action, new Unknown(), invoked, NEVER);
  }

  boolean isAnswered() {
    return returned != NEVER;
  }

  /** Whether it changed nothing, whenever it happened. */
  boolean isObservation() {
    return switch (outcome) {
      case Done(), Unknown() -> false;
      case Held _, Taken(), NotHeld(), Full(), Missing(), Shows _, OwnedBy _ -> true;
    };
  }

  @Override
  public String toString() {
    String end = isAnswered() ? Long.toString(returned / 1000) : "…";
    return "%s–%s µs %s: %s".formatted(invoked / 1000, end, action, outcome);
  }
}
