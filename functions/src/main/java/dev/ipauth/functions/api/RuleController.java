package dev.ipauth.functions.api;

import dev.ipauth.functions.Settings;
import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.caller.CallerFilter;
import dev.ipauth.functions.register.Edit;
import dev.ipauth.functions.register.SmtpUsers;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From where and as whom an SMTP user may send: the address it nominates, and its restrictions. */
@Controller("/v1/smtp-users/{username:[^/]+}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class RuleController {
  private final SmtpUsers users;
  private final Settings settings;

  RuleController(SmtpUsers users, Settings settings) {
    this.users = users;
    this.settings = settings;
  }

  @Put("/ip-authentication")
  HttpResponse<SmtpUserAnswer> nominate(HttpRequest<?> request, @Body byte @Nullable [] body) {
    Fields fields = Fields.of(body);
    String text = fields.requiredText("ip");
    fields.end();
    Values values = new Values(settings);
    IpAddress ip = values.nominee("ip", text);
    values.end();
    return change(request, new Edit.Nominate(Objects.requireNonNull(ip)));
  }

  @Delete("/ip-authentication")
  HttpResponse<Void> release(HttpRequest<?> request) {
    change(request, new Edit.Release());
    return HttpResponse.noContent();
  }

  @Put("/ip-restrictions")
  HttpResponse<SmtpUserAnswer> restrict(HttpRequest<?> request, @Body byte @Nullable [] body) {
    Fields fields = Fields.of(body);
    List<String> texts = fields.requiredTexts("networks");
    fields.end();
    Values values = new Values(settings);
    List<Network> networks = values.networks("networks", texts);
    values.end();
    return change(request, new Edit.Restrict(networks));
  }

  @Put("/allowed-senders")
  HttpResponse<SmtpUserAnswer> allowSenders(HttpRequest<?> request, @Body byte @Nullable [] body) {
    Fields fields = Fields.of(body);
    List<String> texts = fields.requiredTexts("senders");
    fields.end();
    Values values = new Values(settings);
    List<AllowedSender> senders = values.senders("senders", texts);
    values.end();
    return change(request, new Edit.AllowSenders(senders));
  }

  private HttpResponse<SmtpUserAnswer> change(HttpRequest<?> request, Edit edit) {
    Caller caller = CallerFilter.callerOf(request);
    return Answers.user(
        Answers.saved(
            users.change(UsernameInPath.of(request), EntityTag.expected(request), edit, caller),
            caller));
  }
}
