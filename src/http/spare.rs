//! A file descriptor that is kept back: the system asks for one before it looks whether a client
//! waits, so that without any it cannot be told whether there is somebody to make room for.

use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::os::fd::{AsFd as _, OwnedFd as Descriptor};
#[cfg(windows)]
use std::os::windows::io::{AsSocket as _, OwnedSocket as Descriptor};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use tokio::net::{TcpListener, TcpStream};

use super::connection::ACCEPT_PAUSE;
use super::crowd::Crowd;

/// The descriptor of one listener, if there was one to be had.
#[derive(Debug, Default)]
pub(super) struct Spare {
    descriptor: Option<Descriptor>,
    /// A client has it, and nobody has gone for that yet.
    is_owed: bool,
}

impl Spare {
    /// The next client. Where it takes the last descriptor, the connection that has been idle longest
    /// is told to go.
    pub(super) async fn accept(
        &mut self,
        socket: &TcpListener,
        crowd: &Crowd,
    ) -> io::Result<(TcpStream, SocketAddr)> {
        loop {
            self.fill(socket, crowd).await;
            match socket.accept().await {
                Err(error) if is_out_of_descriptors(&error) => {}
                accepted => return accepted,
            }
            self.descriptor = None;
            // Where nobody waits, the runtime learns that too, and asks no more until somebody does.
            if let Some(accepted) = accept_now(socket) {
                match accepted {
                    Err(error) if is_out_of_descriptors(&error) => {}
                    accepted => {
                        self.is_owed = accepted.is_ok() && !crowd.out_of_descriptors();
                        return accepted;
                    }
                }
            }
        }
    }

    /// Waits until there is one.
    async fn fill(&mut self, socket: &TcpListener, crowd: &Crowd) {
        while self.descriptor.is_none() {
            self.descriptor = duplicate(socket).ok();
            if self.descriptor.is_none() {
                self.is_owed = self.is_owed && !crowd.tell_long_idle();
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
        self.is_owed = false;
    }
}

/// Whoever waits already.
fn accept_now(socket: &TcpListener) -> Option<io::Result<(TcpStream, SocketAddr)>> {
    let accepting = pin!(socket.accept());
    match accepting.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(accepted) => Some(accepted),
        Poll::Pending => None,
    }
}

/// Any descriptor will do; this one needs no file.
#[cfg(unix)]
fn duplicate(socket: &TcpListener) -> io::Result<Descriptor> {
    socket.as_fd().try_clone_to_owned()
}

/// Any descriptor will do; this one needs no file.
#[cfg(windows)]
fn duplicate(socket: &TcpListener) -> io::Result<Descriptor> {
    socket.as_socket().try_clone_to_owned()
}

/// Of the process (EMFILE) or of the system (ENFILE), as Linux, macOS and the BSDs number them;
/// WSAEMFILE of Windows.
fn is_out_of_descriptors(error: &io::Error) -> bool {
    let codes: &[i32] = if cfg!(windows) { &[10024] } else { &[24, 23] };
    error
        .raw_os_error()
        .is_some_and(|code| codes.contains(&code))
}
