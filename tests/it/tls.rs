//! TLS: who trusts whom, and what an end without a word means; on every shell that has it.
//!
//! By rustls, and on tokio by native-tls as well, where what only one of the two can do is left out.
//! Certificates are made for each test by an authority of its own.

mod certificates;
mod endings;
mod handshakes;
#[cfg(feature = "native-tls")]
mod native_tls;
mod openssl;
mod proxies;
mod redirects;
mod reverse_proxies;
mod servers;

use sockeye::driver::{Client, Server};
use sockeye::{ClientTls, ServerTls};
use sockeye_tests::{AsyncShell, Authority, Certificate, RunningServer, Rustls, TlsLibrary};

/// A shell with TLS, by rustls unless it says otherwise.
trait Secure: AsyncShell<ClientTls: From<ClientTls>, ServerTls: From<ServerTls>> {
    /// The versions of TLS that servers have, as OpenSSL's programs want them.
    const SERVER_VERSIONS: &[&str] = &["-tls1_2", "-tls1_3"];

    /// A client that trusts the authority and nobody else.
    fn trusting(authority: &Authority) -> Self::ClientTls {
        Rustls::trusting(authority).into()
    }

    /// A server that has the certificate.
    fn showing(certificate: &Certificate) -> Self::ServerTls {
        Rustls::showing(certificate).into()
    }

    /// What is said of a certificate, of what rustls says of it.
    fn in_its_words(fault: &str) -> &str {
        fault
    }
}

impl Secure for sockeye::tokio::Tokio {}
impl Secure for sockeye::async_std::AsyncIo<sockeye::async_std::AsyncStd> {}
impl Secure for sockeye::smol::AsyncIo<sockeye::smol::Smol> {}
impl Secure for sockeye::blocking::Blocking {}

/// Makes a test of each behaviour, in a module for each runtime; those in brackets are for rustls
/// alone.
macro_rules! on_every_runtime {
    ($($subject:ident {
        $($behaviour:ident,)*
    } $([
        $($by_rustls:ident,)+
    ])?)+) => {
        mod on_tokio {
            type Shell = sockeye::tokio::Tokio;
            $(on_every_runtime!(@tests $subject $($behaviour)* $($($by_rustls)+)?);)+
        }
        mod on_async_std {
            type Shell = sockeye::async_std::AsyncIo<sockeye::async_std::AsyncStd>;
            $(on_every_runtime!(@tests $subject $($behaviour)* $($($by_rustls)+)?);)+
        }
        mod on_smol {
            type Shell = sockeye::smol::AsyncIo<sockeye::smol::Smol>;
            $(on_every_runtime!(@tests $subject $($behaviour)* $($($by_rustls)+)?);)+
        }
        mod on_threads {
            type Shell = sockeye::blocking::Blocking;
            $(on_every_runtime!(@tests $subject $($behaviour)* $($($by_rustls)+)?);)+
        }
        #[cfg(feature = "native-tls")]
        mod on_tokio_with_native_tls {
            type Shell = super::native_tls::Shell;
            $(on_every_runtime!(@tests $subject $($behaviour)*);)+
        }
    };
    (@tests $subject:ident) => {};
    (@tests $subject:ident $($behaviour:ident)+) => {
        mod $subject {
            use super::super::$subject;

            $(
                #[test]
                fn $behaviour() {
                    let behaviour = $subject::$behaviour::<super::Shell>();
                    <super::Shell as sockeye_tests::Shell>::run(behaviour);
                }
            )+
        }
    };
}

on_every_runtime! {
    certificates {
        of_an_authority_that_is_trusted_open_a_websocket,
        that_are_no_good_are_refused_with_the_reason,
        are_for_the_host_of_the_address_which_is_named,
    } [
        are_read_again_while_the_server_serves,
        of_clients_are_demanded,
    ]
    endings {
        without_a_word_of_tls_are_lost_connections,
        after_both_close_frames_need_no_word_of_tls,
        of_ours_say_goodbye_in_both_layers,
    }
    handshakes {
        of_clients_in_single_bytes_open_a_websocket,
        of_servers_in_single_bytes_open_a_websocket,
        of_clients_that_say_goodbye_within_end_at_once,
        of_clients_that_say_goodbye_and_stay_are_given_up,
        of_servers_that_say_goodbye_within_are_errors_of_tls,
        that_are_requests_of_http_are_refused_at_once,
        with_servers_without_tls_are_refused_at_once,
    }
    openssl {
        serves_clients_of_ours,
        that_is_killed_while_it_serves_is_a_lost_connection,
        is_a_client_of_servers_of_ours,
        that_is_killed_as_a_client_is_a_lost_connection,
        with_certificates_that_are_no_good_is_refused_with_the_reason,
    } [
        asks_clients_of_ours_for_certificates,
        shows_certificates_to_servers_of_ours,
        that_agrees_on_nothing_is_an_error_of_tls,
    ]
    proxies {
        with_tls_are_tunnels_to_servers_with_tls,
        with_certificates_that_are_no_good_are_refused,
        that_speak_the_proxy_protocol_come_before_tls,
    }
    redirects {
        lead_to_tls_without_credentials,
        within_an_origin_keep_credentials,
        to_another_origin_take_no_credentials_along,
        away_from_tls_are_not_followed,
    } [
        show_certificates_of_clients_to_their_origin_alone,
    ]
    reverse_proxies {
        of_nginx_end_tls_before_servers_without,
        of_nginx_end_tls_before_servers_with_tls,
        of_haproxy_end_tls_before_servers_without,
        of_haproxy_end_tls_before_servers_with_tls,
        of_haproxy_speak_the_proxy_protocol_before_tls,
        of_nginx_are_outlived_by_keepalive,
        of_haproxy_are_outlived_by_keepalive,
    }
    servers {
        give_up_clients_that_do_not_shake_hands,
        cut_off_clients_without_tls,
        are_no_websockets_without_tls,
        read_nothing_from_clients_but_records_of_tls,
        that_say_nothing_are_given_up,
    } [
        agree_on_http_1_1,
    ]
}

/// A server of messages that come back, with a certificate for 127.0.0.1.
async fn echo_server<S: Secure>(authority: &Authority) -> RunningServer<S> {
    let certificate = authority.issue("127.0.0.1");
    RunningServer::<S>::echoing(secure_bind(S::showing(&certificate)).await)
}

async fn secure_bind<S: Secure>(tls: impl Into<S::ServerTls>) -> Server<S> {
    plain_bind::<S>().await.tls(tls)
}

/// A server without TLS, whatever servers of the shell have.
async fn plain_bind<S: Secure>() -> Server<S> {
    Server::bind("127.0.0.1:0").await.unwrap()
}

/// A client that trusts the authority and nobody else.
fn client<S: Secure>(authority: &Authority) -> Client<S> {
    Client::new().tls(S::trusting(authority))
}

/// The address of a server with TLS.
fn wss<S: AsyncShell>(server: &RunningServer<S>) -> String {
    format!("wss://{}/", server.address)
}
