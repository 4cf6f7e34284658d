package dev.ipauth.functions.proof;

import dev.ipauth.functions.caller.ClientAddress;
import dev.ipauth.functions.caller.Deadline;
import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.ProofCodes;
import dev.ipauth.functions.register.ProofCodes.Waiting;
import dev.ipauth.functions.register.Result;
import dev.ipauth.functions.register.SmtpUsers;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The page that a link of proof of control leads to. To look at it changes nothing; the button
 * does, for whoever is at the address, has seen the page there, and types the SMTP user's name.
 */
@Controller("/prove")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ProofController {
  private static final String TAG = "Proof of control";
  private static final String SEC_FETCH_SITE = "Sec-Fetch-Site";

  private final ProofCodes codes;
  private final SmtpUsers users;
  private final ClientAddress address;
  private final Nonces nonces;
  private final ProofLinks links;
  private final Deadline.AfterRequest deadline;

  ProofController(
      ProofCodes codes,
      SmtpUsers users,
      ClientAddress address,
      Nonces nonces,
      ProofLinks links,
      Deadline.AfterRequest deadline) {
    this.codes = codes;
    this.users = users;
    this.address = address;
    this.nonces = nonces;
    this.links = links;
    this.deadline = deadline;
  }

  @Operation(
      tags = TAG,
      operationId = "getProofPage",
      summary = "The page that a link of proof of control leads to",
      description =
          "Without a token. Nothing is changed by it. Only where the operator asks for proof of control.",
      security = {})
  @ProofAnswers.Described
  @ApiResponse(
      responseCode = "200",
      description = "Which address was asked for and by whom, and a form to agree",
      content = @Content(mediaType = MediaType.TEXT_HTML, schema = @Schema(type = "string")))
  @Get(value = "/{code:[^/]+}", produces = MediaType.ALL)
  HttpResponse<String> look(HttpRequest<?> request, @PathVariable String code) {
    return ProofAnswers.page(HttpStatus.OK, page(waiting(code), address.of(request)).html(null));
  }

  @Operation(
      tags = TAG,
      operationId = "proveControl",
      summary = "Agree that the SMTP user may have this address",
      description =
          "Without a token, by the page's form, from the address itself. Only a success uses the link"
              + " up.",
      security = {},
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_FORM_URLENCODED,
                      schema = @Schema(implementation = ProofForm.class))))
  @ProofAnswers.Described
  @ApiResponse(
      responseCode = "200",
      description = "The address is the SMTP user's",
      content = @Content(mediaType = MediaType.TEXT_HTML, schema = @Schema(type = "string")))
  @ApiResponse(responseCode = "403", ref = "#/components/responses/NotProven")
  @ApiResponse(responseCode = "409", ref = "#/components/responses/HeldByNow")
  @ApiResponse(responseCode = "415", ref = "#/components/responses/NotAForm")
  @ApiResponse(responseCode = "422", ref = "#/components/responses/NotItsName")
  @Post(
      value = "/{code:[^/]+}",
      consumes = MediaType.APPLICATION_FORM_URLENCODED,
      produces = MediaType.ALL)
  HttpResponse<String> agree(
      HttpRequest<?> request, @PathVariable String code, @Body @Nullable Map<String, Object> body) {
    if (!isFromOwnPage(request)) {
      throw notFromThePage();
    }
    Waiting waiting = waiting(code);
    IpAddress from = address.of(request);
    ProofForm form = ProofForm.read(request, body);
    if (!nonces.matches(form.nonce(), code, from)) {
      throw notFromThePage();
    }
    if (!form.names(waiting.user().username().text())) {
      return wrongName(request, page(waiting, from));
    }
    return switch (users.prove(code, from, deadline.begin(request))) {
      case Result.Saved(SmtpUser user) ->
          ProofAnswers.page(HttpStatus.OK, DonePage.html(user, waiting.asked().ip()));
      case Result.AddressHeld _ -> throw held();
      case Result.NotThere() -> throw notThere(waiting.asked().ip(), from);
      case Result.NoSuchUser() -> throw noSuchLink();
      case Result.Replayed _, Result.Refused _ ->
          throw new IllegalStateException("Nothing else can be in the way");
    };
  }

  private Waiting waiting(String code) {
    Waiting waiting = codes.find(code);
    if (waiting == null) {
      throw noSuchLink();
    }
    return waiting;
  }

  private ProofPage page(Waiting waiting, IpAddress from) {
    return new ProofPage(waiting, from, nonces.of(waiting.asked().code(), from));
  }

  /** Browsers say one of these of every form, and no page can make them say otherwise. */
  private boolean isFromOwnPage(HttpRequest<?> request) {
    @Nullable String origin = request.getHeaders().get("Origin");
    return "same-origin".equals(request.getHeaders().get(SEC_FETCH_SITE))
        || (origin != null && links.isOwn(origin));
  }

  private static HttpResponse<String> wrongName(HttpRequest<?> request, ProofPage page) {
    String detail = "The SMTP user of this link has another name. Type it as the page shows it.";
    if (ProofAnswers.asksForProblems(request)) {
      throw new Refusal(
          Problem.of(ProblemType.WRONG_USERNAME, List.of(new Problem.Fault("username", detail))));
    }
    return ProofAnswers.page(HttpStatus.UNPROCESSABLE_ENTITY, page.html(detail));
  }

  private static Refusal noSuchLink() {
    return new Refusal(
        ProblemType.NOT_FOUND,
        "This link is unknown, or it was used, or it is older than a day. Ask whoever sent it to"
            + " you for a new one.");
  }

  private static Refusal notFromThePage() {
    return new Refusal(ProblemType.NOT_FROM_THE_PAGE, ProblemType.NOT_FROM_THE_PAGE.example());
  }

  private static Refusal held() {
    return new Refusal(
        ProblemType.IP_ALREADY_ASSIGNED,
        "Another SMTP user has this IP address. It has to be removed there first; tell whoever sent"
            + " you the link.");
  }

  private static Refusal notThere(IpAddress asked, IpAddress from) {
    return new Refusal(
        ProblemType.NOT_THAT_ADDRESS,
        "The link is for %s, and you are at %s. %s"
            .formatted(asked, from, ProofPage.whereToGo(asked, from)));
  }
}
