//! A name server of the test's own, so that no test asks the Internet.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::net::UdpSocket;

/// TXT records by name; every other name is absent, with the zone's SOA as proof, or fails where a
/// test says so.
#[derive(Clone, Default)]
pub struct Zone(
    Arc<Mutex<HashMap<String, Option<String>>>>,
    Arc<Mutex<Vec<String>>>,
);

impl Zone {
    pub async fn serve(&self) -> SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let zone = self.clone();
        tokio::spawn(async move {
            let mut buffer = [0_u8; 1500];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
                let _ = socket.send_to(&zone.answer(&buffer[..length]), peer).await;
            }
        });
        address
    }

    pub fn publish(&self, name: &str, value: &str) {
        self.0
            .lock()
            .unwrap()
            .insert(name.to_ascii_lowercase(), Some(value.to_owned()));
    }

    /// Questions for this name are answered with a server failure from now on.
    pub fn fail(&self, name: &str) {
        self.0
            .lock()
            .unwrap()
            .insert(name.to_ascii_lowercase(), None);
    }

    pub fn withdraw(&self, name: &str) {
        self.0.lock().unwrap().remove(&name.to_ascii_lowercase());
    }

    /// The names whose TXT records were asked for, each as often as it was.
    pub fn asked(&self) -> Vec<String> {
        self.1.lock().unwrap().clone()
    }

    fn answer(&self, query: &[u8]) -> Vec<u8> {
        let mut labels = Vec::new();
        let mut at = 12;
        while query[at] != 0 {
            let end = at + 1 + usize::from(query[at]);
            labels.push(String::from_utf8_lossy(&query[at + 1..end]).into_owned());
            at = end;
        }
        let end = at + 5;
        let is_txt = query[at + 2] == 16;
        if is_txt {
            let name = labels.join(".").to_ascii_lowercase();
            self.1.lock().unwrap().push(name);
        }
        let known = self
            .0
            .lock()
            .unwrap()
            .get(&labels.join(".").to_ascii_lowercase())
            .cloned();
        let mut out = query[..2].to_vec();
        if known == Some(None) {
            out.extend([0x84, 2, 0, 1, 0, 0, 0, 0, 0, 0]);
            out.extend(&query[12..end]);
            return out;
        }
        let text = known.flatten().filter(|_| is_txt);
        out.extend([
            0x84,
            if text.is_some() { 0 } else { 3 },
            0,
            1,
            0,
            u8::from(text.is_some()),
            0,
            u8::from(text.is_none()),
            0,
            0,
        ]);
        out.extend(&query[12..end]);
        let (kind, data) = match text {
            Some(text) => (
                16,
                [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat(),
            ),
            None => (6, [&[0, 0][..], &[0; 20]].concat()),
        };
        out.extend([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60]);
        out.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        out.extend(data);
        out
    }
}
