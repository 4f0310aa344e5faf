//! A name server of the test's own, so that no test asks the Internet.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    net::UdpSocket,
    sync::{OwnedRwLockWriteGuard, RwLock},
};

/// TXT records by name; every other name is absent, with the zone's SOA as proof, or fails where a
/// test says so.
#[derive(Clone, Default)]
pub struct Zone {
    texts: Arc<Mutex<HashMap<String, Option<String>>>>,
    asked: Arc<Mutex<Vec<String>>>,
    gate: Arc<RwLock<()>>,
}

impl Zone {
    pub async fn serve(&self) -> SocketAddr {
        let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let address = socket.local_addr().unwrap();
        let zone = self.clone();
        tokio::spawn(async move {
            let mut buffer = [0_u8; 1500];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
                let (answer, gate) = (zone.answer(&buffer[..length]), Arc::clone(&zone.gate));
                let socket = Arc::clone(&socket);
                tokio::spawn(async move {
                    let _open = gate.read().await;
                    socket.send_to(&answer, peer).await.ok();
                });
            }
        });
        address
    }

    pub fn publish(&self, name: &str, value: &str) {
        self.texts
            .lock()
            .unwrap()
            .insert(name.to_ascii_lowercase(), Some(value.to_owned()));
    }

    /// Questions for this name are answered with a server failure from now on.
    pub fn fail(&self, name: &str) {
        self.texts
            .lock()
            .unwrap()
            .insert(name.to_ascii_lowercase(), None);
    }

    pub fn withdraw(&self, name: &str) {
        self.texts
            .lock()
            .unwrap()
            .remove(&name.to_ascii_lowercase());
    }

    /// Keeps every answer back until what is given is dropped.
    pub async fn hold(&self) -> OwnedRwLockWriteGuard<()> {
        Arc::clone(&self.gate).write_owned().await
    }

    /// The names whose TXT records were asked for, each as often as it was.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
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
            self.asked.lock().unwrap().push(name);
        }
        let known = self
            .texts
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
