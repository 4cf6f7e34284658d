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

  /**
   * The address is asked for from elsewhere, and is to wait for somebody at it.
   *
   * @param makesUser whether the user is to be made along with it
   */
  record Ask(Who who, String ip, boolean makesUser) implements OfUser {}

  /**
   * Somebody opens the link and agrees.
   *
   * @param who whose link it is
   * @param isThere whether they are at the link's address
   */
  record Prove(Who who, Link link, boolean isThere) implements Claim {
    @Override
    public String ip() {
      return link.ip();
    }
  }

  /** A day passes, after which nothing waits any longer that waited before. */
  record PassDay() implements Action {}

  record Release(Who who) implements OfUser {}

  record Delete(Who who) implements OfUser {}

  record ReadUser(Who who) implements OfUser {}

  record ReadAddress(String account, String ip) implements Action {}

  /** Which address waits under which code. */
  record Link(String ip, String code) {}

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

  /** 202: the address waits for somebody at it. */
  record Waits(Link link) implements Outcome {}

  /** 403: whoever agreed isn't at the address. */
  record NotThere() implements Outcome {}

  /** 404. */
  record Missing() implements Outcome {}

  /**
   * The user is there, and shows this address or none.
   *
   * @param waiting what waits for proof, if anything does
   */
  record Shows(@Nullable String ip, @Nullable Link waiting) implements Outcome {
    Shows(@Nullable String ip) {
      this(ip, null);
    }
  }

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

  boolean isAtTheSameTimeAs(Operation other) {
    return invoked < other.returned && other.invoked < returned;
  }

  /** Whether it changed nothing, whenever it happened. */
  boolean isObservation() {
    return switch (outcome) {
      case Done(), Waits _, Unknown() -> false;
      case Held _, Taken(), NotHeld(), NotThere(), Full(), Missing(), Shows _, OwnedBy _ -> true;
    };
  }

  @Override
  public String toString() {
    String end = isAnswered() ? Long.toString(returned / 1000) : "…";
    return "%s–%s µs %s: %s".formatted(invoked / 1000, end, action, outcome);
  }
}
