package dev.ipauth.functions.campaign;

import dev.ipauth.functions.campaign.Operation.Ask;
import dev.ipauth.functions.campaign.Operation.Create;
import dev.ipauth.functions.campaign.Operation.Delete;
import dev.ipauth.functions.campaign.Operation.Done;
import dev.ipauth.functions.campaign.Operation.Full;
import dev.ipauth.functions.campaign.Operation.Held;
import dev.ipauth.functions.campaign.Operation.Link;
import dev.ipauth.functions.campaign.Operation.Missing;
import dev.ipauth.functions.campaign.Operation.Move;
import dev.ipauth.functions.campaign.Operation.Nominate;
import dev.ipauth.functions.campaign.Operation.NotHeld;
import dev.ipauth.functions.campaign.Operation.NotThere;
import dev.ipauth.functions.campaign.Operation.OfUser;
import dev.ipauth.functions.campaign.Operation.OwnedBy;
import dev.ipauth.functions.campaign.Operation.PassDay;
import dev.ipauth.functions.campaign.Operation.Prove;
import dev.ipauth.functions.campaign.Operation.ReadAddress;
import dev.ipauth.functions.campaign.Operation.ReadUser;
import dev.ipauth.functions.campaign.Operation.Release;
import dev.ipauth.functions.campaign.Operation.Shows;
import dev.ipauth.functions.campaign.Operation.Taken;
import dev.ipauth.functions.campaign.Operation.Unknown;
import dev.ipauth.functions.campaign.Operation.Waits;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One username: whose user has it, if any, which address that one shows, and which waits for proof.
 *
 * @param days that passed
 */
record UserModel(String user, List<Operation> days) implements Model<UserModel.State> {
  /**
   * What is known by the name.
   *
   * @param account null when nobody has it
   */
  record State(@Nullable String account, @Nullable String ip, @Nullable Waiting waiting) {
    State(@Nullable String account, @Nullable String ip) {
      this(account, ip, null);
    }

    State waitingFor(@Nullable Waiting next) {
      return new State(account, ip, next);
    }

    boolean isOf(Who who) {
      return who.account().equals(account);
    }
  }

  private static final State ABSENT = new State(null, null);

  @Override
  public State initial() {
    return ABSENT;
  }

  @Override
  public @Nullable State after(State state, Operation operation) {
    return switch (operation.action()) {
      case ReadAddress read -> isSeen(state, read, operation) ? state : null;
      case PassDay _ ->
          state.waiting() == null
              ? state
              : state.waitingFor(state.waiting().afterADay(operation.returned()));
      case Ask ask -> asked(state, ask, operation);
      case Prove prove -> proven(state, prove, operation);
      case Move move when move.from().equals(user) -> given(state, move, operation);
      case OfUser of -> after(state, of, operation);
    };
  }

  /** What becomes of the user who is to give its address away. */
  private static @Nullable State given(State state, Move move, Operation operation) {
    boolean has = state.isOf(move.giver()) && move.ip().equals(state.ip());
    return switch (operation.outcome()) {
      // The other may have had it before, and then nothing is given.
      case Done(), Unknown() -> has ? new State(state.account(), null, state.waiting()) : state;
      case NotHeld() -> has ? null : state;
      case Held _, Taken(), Full(), Missing(), Shows _, OwnedBy _, Waits _, NotThere() -> state;
    };
  }

  private @Nullable State asked(State state, Ask ask, Operation operation) {
    return switch (operation.outcome()) {
      case Waits(Link link) ->
          ask.ip().equals(link.ip()) ? waits(state, ask, operation, link.code()) : null;
      case Unknown() ->
          ask.ip().equals(state.ip()) && state.isOf(ask.who())
              ? state.waitingFor(null)
              : waits(state, ask, operation, null);
      // It has the address already.
      case Done() ->
          state.isOf(ask.who()) && ask.ip().equals(state.ip()) ? state.waitingFor(null) : null;
      // Only its own account's.
      case Held(Who by) ->
          by.account().equals(ask.who().account()) && (ask.makesUser() || state.isOf(ask.who()))
              ? state
              : null;
      case Taken() -> ask.makesUser() && !state.equals(ABSENT) ? state : null;
      case Full() -> ask.makesUser() ? state : null;
      case Missing() -> state.isOf(ask.who()) || ask.makesUser() ? null : state;
      case NotHeld(), NotThere(), Shows _, OwnedBy _ -> null;
    };
  }

  private @Nullable State waits(
      State state, Ask ask, Operation operation, @Nullable String answered) {
    boolean isPerhapsOver = days.stream().anyMatch(operation::isAtTheSameTimeAs);
    Waiting next = Waiting.since(ask.ip(), answered, isPerhapsOver);
    if (ask.makesUser()) {
      return state.equals(ABSENT) ? new State(ask.who().account(), null, next) : null;
    }
    if (!state.isOf(ask.who()) || ask.ip().equals(state.ip())) {
      return null;
    }
    Waiting had = state.waiting();
    if (had == null || !had.ip().equals(ask.ip())) {
      return state.waitingFor(next);
    }
    Waiting again = had.again(operation, answered, isPerhapsOver);
    return again == null ? null : state.waitingFor(again);
  }

  private static @Nullable State proven(State state, Prove prove, Operation operation) {
    Waiting waiting = state.isOf(prove.who()) ? state.waiting() : null;
    boolean mayBeFound =
        waiting != null && waiting.mayBe(prove.link()) && waiting.mayWait(operation);
    return switch (operation.outcome()) {
      case Done(), Unknown() ->
          mayBeFound && prove.isThere() ? new State(state.account(), prove.ip()) : null;
      case Held _ -> mayBeFound && prove.isThere() ? state : null;
      case NotThere() -> mayBeFound && !prove.isThere() ? state : null;
      case Missing() -> waiting != null && waiting.is(prove.link()) ? null : state;
      case Waits _, Taken(), NotHeld(), Full(), Shows _, OwnedBy _ -> null;
    };
  }

  private static @Nullable State after(State state, OfUser action, Operation operation) {
    boolean isThere = state.isOf(action.who());
    return switch (operation.outcome()) {
      case Done(), Unknown() -> made(state, action);
      case Held(Who by) -> mayBeTold(state, action, by) ? state : null;
      case NotHeld() -> isThere ? state : null;
      case Full() -> state;
      case Taken() -> state.equals(ABSENT) ? null : state;
      case Missing() -> isThere ? null : state;
      case Shows(String ip, Link waiting) ->
          isThere && Objects.equals(ip, state.ip()) && mayShow(state, waiting, operation)
              ? state
              : null;
      case OwnedBy _, Waits _, NotThere() -> null;
    };
  }

  private static boolean mayShow(State state, @Nullable Link link, Operation operation) {
    Waiting waiting = state.waiting();
    return link == null
        ? waiting == null || waiting.mayBeOver()
        : waiting != null && waiting.mayBe(link) && waiting.mayWait(operation);
  }

  /** A new user's name is judged after its account's own addresses, and before all others. */
  private static boolean mayBeTold(State state, OfUser action, Who holder) {
    if (!(action instanceof Create)) {
      return state.isOf(action.who());
    }
    return holder.account().equals(action.who().account()) || state.equals(ABSENT);
  }

  private static @Nullable State made(State state, OfUser action) {
    String account = action.who().account();
    if (action instanceof Create create) {
      return state.equals(ABSENT) ? new State(account, create.ip()) : null;
    }
    if (!state.isOf(action.who())) {
      return null;
    }
    return switch (action) {
      case Nominate nominate -> new State(account, nominate.ip());
      case Move move -> new State(account, move.ip());
      case Release _ -> new State(account, null);
      case Delete _ -> ABSENT;
      case Create _, Ask _, Prove _, ReadUser _ -> state;
    };
  }

  private boolean isSeen(State state, ReadAddress read, Operation operation) {
    return operation.outcome() instanceof OwnedBy(Who owner)
        && owner != null
        && owner.user().equals(user)
        && state.isOf(owner)
        && read.ip().equals(state.ip());
  }

  boolean concerns(Operation operation) {
    return switch (operation.action()) {
      case Move move when move.from().equals(user) -> true;
      case OfUser of -> of.who().user().equals(user);
      case PassDay _ -> false;
      case ReadAddress _ ->
          operation.outcome() instanceof OwnedBy(Who owner)
              && owner != null
              && owner.user().equals(user);
    };
  }
}
