// A client for closewait try: fetches a page with java.net.http. usage: java Client PORT
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

public class Client {
	public static void main(String[] arguments) throws Exception {
		Duration patience = Duration.ofSeconds(2);
		HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(patience).build();
		URI page = URI.create("http://127.0.0.1:" + arguments[0] + "/");

		client.send(HttpRequest.newBuilder(page).timeout(patience).build(),
			HttpResponse.BodyHandlers.ofString());
	}
}
