#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>

#include <csignal>
#include <istream>
#include <ostream>
#include <string>

#include "engine/witness/witness.h"

namespace anjuan::witness {

namespace net = Poco::Net;

namespace {

constexpr size_t kMostBytes = 256 * 1024;  // of a request: a note and 63 hashes

class AddCheckpoint : public net::HTTPRequestHandler {
 public:
  explicit AddCheckpoint(const Folder& folder) : folder_(folder) {}

  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    if (request.getMethod() != net::HTTPRequest::HTTP_POST ||
        request.getURI() != "/add-checkpoint") {
      return Send(response, 404, "text/plain", "POST /add-checkpoint\n");
    }
    std::string body(kMostBytes + 1, '\0');
    request.stream().read(body.data(), static_cast<std::streamsize>(body.size()));
    body.resize(static_cast<size_t>(request.stream().gcount()));
    if (body.size() > kMostBytes) return Send(response, 413, "text/plain", "too large\n");
    const Result<trail::WitnessAnswer> answer = folder_.Decide(body);
    if (!answer) return Send(response, 500, "text/plain", "the witness cannot work\n");
    const int status = static_cast<int>(answer->verdict);
    if (answer->verdict == trail::WitnessVerdict::kSigned) {
      Send(response, status, "text/plain; charset=utf-8", answer->signature);
    } else if (answer->verdict == trail::WitnessVerdict::kConflict) {
      Send(response, status, "text/x.tlog.size", std::to_string(answer->known) + "\n");
    } else {
      Send(response, status, "text/plain; charset=utf-8", answer->english + "\n");
    }
  }

 private:
  static void Send(net::HTTPServerResponse& response, int status, const std::string& type,
                   const std::string& body) {
    response.setStatusAndReason(static_cast<net::HTTPResponse::HTTPStatus>(status));
    response.setContentType(type);
    response.sendBuffer(body.data(), body.size());
  }

  const Folder& folder_;
};

class Factory : public net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(const Folder& folder) : folder_(folder) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
    return new AddCheckpoint(folder_);  // the server owns it
  }

 private:
  const Folder& folder_;
};

}  // namespace

bool Serve(const Folder& folder, int port, std::ostream& out) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before the server's threads are made
  try {
    const net::ServerSocket socket(static_cast<Poco::UInt16>(port));
    net::HTTPServer server(new Factory(folder), socket, new net::HTTPServerParams);
    server.start();
    out << "port " << socket.address().port() << std::endl;
    int got = 0;
    sigwait(&ends, &got);
    server.stopAll();
  } catch (const Poco::Exception&) {
    return false;
  }
  return true;
}

}  // namespace anjuan::witness
