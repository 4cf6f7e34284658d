package dev.ipauth.relay.ses;

import dev.ipauth.relay.http.HttpAnswer;
import dev.ipauth.relay.http.JsonFields;
import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.onward.FarSide;
import dev.ipauth.relay.onward.FinalDot;
import dev.ipauth.relay.onward.Gate;
import dev.ipauth.relay.onward.Lane;
import dev.ipauth.relay.onward.NextHopEvents;
import dev.ipauth.relay.onward.Pass;
import dev.ipauth.relay.onward.Steps;
import dev.ipauth.relay.queue.HeldText;
import dev.ipauth.relay.queue.HeldTexts;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Submission;
import dev.ipauth.relay.tls.CertificateWatch;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Amazon SES as the next hop. */
public final class SesFarSide implements FarSide {

  /** Where SES throttles and doesn't say for how long: its rates are by the second. */
  private static final Duration WHEN_THROTTLED = Duration.ofSeconds(1);

  /**
   * Requests at once where {@code NEXT_HOP_CONNECTIONS} names no other number. Each may need a TLS
   * handshake, and those of two thousand end too late for all of them.
   */
  static final int MOST_AT_ONCE = 100;

  /**
   * Of whoever stands in for SES and takes messages alone: there is no such thing, or way to ask.
   */
  private static final Set<Integer> KNOWS_NO_ACCOUNT = Set.of(404, 405, 501);

  /** Some of its text is gone: the disk is full, or too slow. */
  private static final SesAnswer NOT_HELD =
      SesAnswer.of(
          new Failure(Stage.TEXT, Kind.NO_ROOM, "the message's text can't be held until its end"));

  private final SesSettings settings;
  private final SesApi api;
  private final HeldTexts texts;
  private final Gate gate;
  private final Gate requests;
  private final NextHopEvents events;
  private final Steps steps;
  private final SesNeverTakes neverTaken;
  private final Throttle throttle = new Throttle(System::nanoTime);

  /**
   * Asks nothing yet.
   *
   * @param texts holds messages until their end
   */
  public SesFarSide(
      SesSettings settings,
      AwsCredentialsProvider credentials,
      HeldTexts texts,
      Gate gate,
      NextHopEvents events,
      Steps steps) {
    this.settings = settings;
    this.api = new SesApi(settings, credentials);
    this.texts = texts;
    this.gate = gate;
    this.requests = gate.unlessSet(MOST_AT_ONCE);
    this.neverTaken = new SesNeverTakes(settings.nullSender());
    this.events = events;
    this.steps = steps;
  }

  /** One event loop's way to it. */
  final class Loop {
    private final EventLoop eventLoop;
    private final Lane lane;

    Loop(EventLoop eventLoop, Lane lane) {
      this.eventLoop = eventLoop;
      this.lane = lane;
    }

    HeldText hold(@Nullable String account) {
      return texts.hold(account, eventLoop);
    }

    CompletionStage<Pass> enter(@Nullable String account) {
      return here(gate.enter(lane, account));
    }

    /** Whose text has ended waits for one of the requests that may be under way at once. */
    CompletionStage<Pass> turn(@Nullable String account) {
      return here(requests.enter(lane, account));
    }

    void execute(Runnable task) {
      eventLoop.execute(task);
    }

    <T> CompletionStage<T> here(CompletionStage<T> stage) {
      return stage.whenCompleteAsync((_, _) -> {}, eventLoop);
    }
  }

  @Override
  public Delivery delivery(EventLoop eventLoop, Lane lane) {
    return new SesDelivery(this, new Loop(eventLoop, lane));
  }

  @Override
  public SesNeverTakes neverTaken() {
    return neverTaken;
  }

  List<MessageTag> tags(Submission submission) {
    Submission.Owner owner = submission.owner();
    return owner == null
        ? List.of()
        : List.of(
            new MessageTag("smtp-user", owner.smtpUser()),
            new MessageTag("account", owner.accountId()));
  }

  // --- Sending -----------------------------------------------------------------------------------

  /** What counts as a final dot here: a request. */
  FinalDot finalDot() {
    return new FinalDot(events);
  }

  /** Sends; completes on any thread, and never fails. */
  CompletionStage<SesAnswer> send(
      String from, List<String> to, List<MessageTag> tags, HeldText text, FinalDot dot) {
    var email = new SendEmail(from, to, tags, settings.configurationSet(), text);
    // Begun like this it fails, and doesn't throw, when there are no threads any more.
    return CompletableFuture.completedStage(text)
        .thenApplyAsync(HeldText::isWhole, api.threads())
        .thenCompose(
            whole ->
                whole
                    ? api.send(email).thenApply(answer -> heard(answer, dot))
                    : CompletableFuture.completedStage(NOT_HELD))
        .exceptionally(failure -> unheard(failure, dot));
  }

  private SesAnswer unheard(Throwable failure, FinalDot dot) {
    SesAnswer unheard = SesAnswer.of(failure);
    tell(unheard, dot);
    return unheard;
  }

  private SesAnswer heard(HttpAnswer answer, FinalDot dot) {
    if (SesAnswer.isThrottle(answer)) {
      holdBack(answer);
    }
    SesAnswer heard = SesAnswer.of(answer);
    tell(heard, dot);
    return heard;
  }

  private void holdBack(HttpAnswer answer) {
    throttle.asked(answer.retryAfter(Instant.now()).orElse(WHEN_THROTTLED));
  }

  private void tell(SesAnswer heard, FinalDot dot) {
    Failure failure = heard.failure();
    if (failure == null || failure.kind() == Kind.REFUSED_FOR_GOOD) {
      events.answered();
      return;
    }
    events.failed(failure);
    if (heard.isAmbiguous()) {
      dot.ambiguous();
    }
  }

  /** What is said while SES throttles; null when it doesn't. */
  @Nullable SesAnswer throttled() {
    return throttle.answer();
  }

  SesAnswer paced(@Nullable Throwable paced) {
    Failure why =
        new Failure(
            Stage.MAIL, Kind.PACED, String.valueOf(paced == null ? "" : paced.getMessage()));
    events.failed(why);
    return new SesAnswer(why.heard(), why);
  }

  // --- Whether it is there -----------------------------------------------------------------------

  /** That it knows the relay is enough: nobody need be allowed to ask what is asked here. */
  @Override
  public CompletionStage<Boolean> probe(EventLoop eventLoop) {
    steps.made("endpoint", settings.endpoint().toString());
    return api.account().handle(this::probed).thenApply(this::isThere);
  }

  private boolean isThere(Optional<Failure> failure) {
    failure.ifPresentOrElse(events::failed, events::opened);
    return failure.isEmpty();
  }

  private Optional<Failure> probed(@Nullable HttpAnswer answer, @Nullable Throwable failure) {
    return answer == null
        ? Optional.of(SesAnswer.ofOpening(Objects.requireNonNull(failure)))
        : failureIn(answer);
  }

  /** What keeps the relay from sending; whoever isn't known can't send, either. */
  private Optional<Failure> failureIn(HttpAnswer answer) {
    int status = answer.status();
    String error = SesAnswer.error(answer);
    if (status == 200) {
      return failureOf(answer.fields());
    }
    if (error.startsWith("AccessDenied")) {
      steps.made(
          "account", "signed in; what it may send isn't the relay's to ask (ses:GetAccount)");
      return Optional.empty();
    }
    if (SesAnswer.isThrottle(answer)) {
      holdBack(answer);
      steps.made("account", "not looked at, since Amazon SES throttles");
      return Optional.empty();
    }
    if (knowsNoAccount(settings.endpoint(), status)) {
      steps.made(
          "account", "not looked at: " + settings.endpoint().getHost() + " answers " + status);
      return Optional.empty();
    }
    if (SesAnswer.isNonsense(answer)) {
      String why = "Amazon SES answers " + status;
      return Optional.of(new Failure(Stage.CONNECT, Kind.NONSENSE, why));
    }
    return Optional.of(operatorsFault(error + ": " + SesAnswer.words(answer)));
  }

  /** One of Amazon's that answers so is another service's. */
  static boolean knowsNoAccount(URI endpoint, int status) {
    return KNOWS_NO_ACCOUNT.contains(status) && !SesSettings.isAmazons(endpoint);
  }

  private Optional<Failure> failureOf(JsonFields account) {
    if (account.isEmpty()) {
      String why = "Amazon SES answers 200, and nothing of the account";
      return Optional.of(new Failure(Stage.CONNECT, Kind.NONSENSE, why));
    }
    String sending = account.get("SendingEnabled").orElse("unknown");
    String production = account.get("ProductionAccessEnabled").orElse("unknown");
    steps.made("account", "sending enabled: " + sending + ", out of the sandbox: " + production);
    return sending.equals("false")
        ? Optional.of(operatorsFault("that sending is paused for this account"))
        : Optional.empty();
  }

  private static Failure operatorsFault(String said) {
    return new Failure(Stage.AUTH, Kind.OPERATOR, SesAnswer.SAID + said, Replies.MISCONFIGURED);
  }

  @Override
  public void reloadCertificate(CertificateWatch watch) {
    // SES knows the relay by its role.
  }

  @Override
  public void close() {
    api.close();
  }
}
